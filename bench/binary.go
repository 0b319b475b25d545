package main

import (
	"debug/elf"
	"os"
	"strings"
)

// programSize is a program's size, and about what of it is left without the tables for
// linkers and debuggers, which a release is built without.
func programSize(program string) (whole, stripped int64, err error) {
	info, err := os.Stat(program)
	if err != nil {
		return 0, 0, err
	}
	file, err := elf.Open(program)
	if err != nil {
		return 0, 0, err
	}
	defer file.Close()
	for _, section := range file.Sections {
		tables := strings.HasPrefix(section.Name, ".debug") || section.Name == ".symtab" || section.Name == ".strtab"
		if section.Type != elf.SHT_NOBITS && !tables {
			stripped += int64(section.FileSize) //nolint:gosec // no program is that large
		}
	}
	return info.Size(), stripped, nil
}
