#!/bin/sh
# Writes what is linked into a program as CycloneDX JSON: sbom.sh VERSION DATE PROGRAM DOCUMENT
#
# cyclonedx-gomod writes the time at which it runs, and has no flag against that. Here the commit's takes its place, so
# that the document is the same whenever it is made; for the same reason it gets no serial number, which would be chance.
set -eu

cyclonedx-gomod bin -json -std -noserial -version "$1" -output "$4" "$3"
sed -i "s/^    \"timestamp\": \".*\",\$/    \"timestamp\": \"$2\",/" "$4"
grep -q "^    \"timestamp\": \"$2\",\$" "$4"
