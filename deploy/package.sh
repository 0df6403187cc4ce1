#!/usr/bin/env bash
# package.sh VERSION FOLDER: the programs with units, settings and NGINX's template as FOLDER/bookrec-VERSION-linux-x64.tar.gz, which
# deploy/aws/user-data.sh unpacks into /opt/bookrec, and beside it the typed client as a NuGet package.
set -euo pipefail

version=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=bookrec-$version-linux-x64
stage=$(mktemp --directory)
trap 'rm -rf "$stage"' EXIT

# Each package as its lock has it; what is locked for one processor alone is not kept.
dotnet restore BookRec.WebApi --locked-mode
for program in Silo:silo WebApi:api; do
  dotnet publish "BookRec.${program%:*}" --configuration Release --runtime linux-x64 --no-self-contained --output "$stage/$name/${program#*:}" \
    -p:Version="$version" -p:ContinuousIntegrationBuild=true -p:PublishDocumentationFiles=false -p:DebugType=none -p:NuGetLockFilePath=obj/linux-x64.lock.json
done
dotnet pack clients/BookRec.Client --configuration Release --output "$folder" -p:Version="$version" -p:ContinuousIntegrationBuild=true
mkdir -p "$stage/$name/deploy" "$stage/$name/docs"
cp -r deploy/systemd deploy/*.env "$stage/$name/deploy/"
cp -r nginx LICENSE "$stage/$name/"
cp docs/operations.md docs/settings.md docs/security.md "$stage/$name/docs/"
tar --create --sort=name --mtime="@$(git log -1 --format=%ct)" --owner=0 --group=0 --numeric-owner --directory "$stage" "$name" | gzip --no-name >"$folder/$name.tar.gz"
