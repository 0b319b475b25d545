#!/bin/sh
# Prints the licences and notices of all that is linked into the exporter, Go's library included, as their authors want
# them to come along: licenses.sh > THIRD-PARTY-LICENSES, from the root of the repository. Equal texts come once.
set -eu

texts=$(mktemp -d)
trap 'rm -rf "$texts"' EXIT
export GOOS=linux GOARCH=amd64 CGO_ENABLED=0 LC_ALL=C

{
	printf 'Go %s\n' "$(go env GOROOT)"
	go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Dir}}{{end}}{{end}}' . | sort -u
} | while read -r module folder; do
	found=no
	for file in "$folder"/LICENSE* "$folder"/LICENCE* "$folder"/COPYING* "$folder"/NOTICE*; do
		[ -f "$file" ] || continue
		found=yes
		text=$(sha256sum <"$file" | cut -d' ' -f1)
		[ -f "$texts/$text" ] || echo "$text" >>"$texts/order"
		cp "$file" "$texts/$text"
		echo "  $module (${file##*/})" >>"$texts/$text.modules"
	done
	if [ "$found" = no ]; then
		echo "$module has no licence in $folder" >&2
		exit 1
	fi
done

while read -r text; do
	printf '%s\n' '================================================================================'
	cat "$texts/$text.modules"
	printf '%s\n\n' '================================================================================'
	sed 's/[[:blank:]\r]*$//' "$texts/$text"
	echo
done <"$texts/order"
