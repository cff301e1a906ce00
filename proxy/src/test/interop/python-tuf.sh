#!/bin/sh
# Puts python-tuf into a folder, from the Debian release that has it, and prints the interpreter there that runs it.
#
# Usage: python-tuf.sh FOLDER [PACKAGE…]      (needs apt-get and dpkg-deb; no root; about 25 MB; a folder that is complete is kept)
#
# Nothing is installed: apt keeps its state in FOLDER, takes the host of this machine's own sources and Debian's key, and the packages,
# Python and the C library included, are only unpacked. FOLDER/python3 starts Python with that library; for a program of its own that
# is what it must call, as sys.executable, the bare one, fits no other library.
set -eu

release=trixie # python-tuf 5.1, securesystemslib 1.2
folder=$1
shift
mkdir -p "$folder"
folder=$(cd "$folder" && pwd -P)
root=$folder/$(printf '%s ' "$release" "$@" | sha256sum | cut -c 1-16)

if [ ! -x "$root/python3" ]; then
    work=$(mktemp -d "$folder/fetch.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    mkdir -p "$work/parts" "$work/lists/partial" "$work/archives/partial" "$work/root"
    : >"$work/status"
    host=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1)
    [ -n "$host" ] || { echo "$0: apt knows no source of packages here, and python-tuf is wanted from one" >&2; exit 1; }
    printf '%s\n' 'Types: deb' "URIs: $host" "Suites: $release" 'Components: main' \
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg' >"$work/parts/debian.sources"
    apt() {
        apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/parts" -o "Dir::State::lists=$work/lists" \
            -o "Dir::State::status=$work/status" -o "Dir::Cache=$work" -o "Dir::Cache::archives=$work/archives" \
            -o APT::Install-Recommends=0 -o APT::Sandbox::User= -o Debug::NoLocking=1 "$@" >&2
    }
    apt update
    apt install -y --download-only python3-tuf python3-cryptography "$@"
    for package in "$work"/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x -C "$work/root" --keep-directory-symlink --no-same-owner
    done
    cat >"$work/root/python3" <<'STARTER'
#!/bin/sh
root=${0%/*}
for loader in "$root"/usr/lib*/ld-linux*.so.*; do
    libraries=$(echo "$root"/usr/lib/*-linux-gnu*)
    PYTHONHOME=$root/usr PYTHONDONTWRITEBYTECODE=1 OPENSSL_MODULES=$libraries/ossl-modules OPENSSL_CONF=/dev/null \
        exec "$loader" --library-path "$libraries" --argv0 "$root/usr/bin/python3" "$root/usr/bin/python3" "$@"
done
STARTER
    chmod +x "$work/root/python3"
    "$work/root/python3" -c 'import tuf.ngclient, securesystemslib.signer, cryptography' >&2
    mv "$work/root" "$root"
fi
echo "$root/python3"
