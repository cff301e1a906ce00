#!/usr/bin/env bash
# Follows an index of 1,000 projects with 20 files each over TLS: from nothing, with nothing new, with 1 % news; prints a table in Markdown.
# Exits 1 when the first pass takes 60 s of CPU time, or one with 1 % news in the same process more than 5 % of the first, or 3 s as a command.
#
#   PROJECTS, FILES   how many (1000, 20)
#   RATE              requests a second in the one process (50, as the command's)
#   COMMANDS          empty: the one process alone (yes)
#   SERIALS           empty: the index gives none, so each project is asked for conditionally (yes)
set -euo pipefail
# shellcheck source=common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

projects=${PROJECTS:-1000}
files=${FILES:-20}
rate=${RATE:-50}

# measured WHAT PROJECTS_CHANGED COMMAND…: runs it and appends a row: CPU time, that of the first row's, the peak of memory, elapsed time.
measured() {
    python3 - "$@" >>"$work/table" 2>>"$work/log" <<'PYTHON' || { tail -n 20 "$work/log" >&2; die "$1 failed"; }
import resource, subprocess, sys, time
what, changed, *command = sys.argv[1:]
begun = time.monotonic()
subprocess.run(command, stdout=sys.stderr, check=True)
took = time.monotonic() - begun
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
cpu = usage.ru_utime + usage.ru_stime
print(f"| command: {what} | {changed} | {cpu:.2f} | {{}} | {usage.ru_maxrss // 1024} | {took:.1f} |")
PYTHON
}

follow() {
    measured "$1" "$2" "$assay" repository follow --index "$index" --index-ca "$work/ca.pem" --requirements "$3" \
        --passphrase-file "$work/passphrase" "$4"
}

need curl curl
need openssl openssl
say "building"
"$assay" --version >&2
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=benchmark -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$work/key.pem" -out "$work/ca.pem" 2>/dev/null
echo benchmark >"$work/passphrase"
echo 0 >"$work/news"
seq -f 'project-%.0f' 0 $((projects - 1)) >"$work/names"
head -n 1 "$work/names" >"$work/one"
port=$(free_port)
index=https://127.0.0.1:$port/simple/
serials=()
[ "${SERIALS-yes}" ] || serials=(--without-serials)
start "$work/index.log" python3 "$here/follow_index.py" "$port" "$work/ca.pem" "$work/key.pem" "$projects" "$files" "$work/news" "${serials[@]}"
export CURL_CA_BUNDLE=$work/ca.pem
await "${index}project-0/" "$!" "$work/index.log"

say "one process"
jar=$here/../proxy/target/assay-all.jar
javac -cp "$jar" -d "$work/classes" "$here/src/main/java/dev/assay/benchmarks/follow/Passes.java" 2>>"$work/log"
java -Xshare:auto -Xms64m -cp "$jar:$work/classes" dev.assay.benchmarks.follow.Passes \
    "$index" "$work/ca.pem" "$work/process" "$work/news" "$projects" "$rate" >"$work/table.process" 2>>"$work/log" || {
    tail -n 20 "$work/log" >&2
    die "the passes failed"
}
touch "$work/table"
commands() {
    echo 0 >"$work/news"
    say "the command, from nothing"
    follow "from nothing, keys and empty repository included" "$projects" "$work/names" "$work/command"
    say "the command, again"
    follow "nothing new" 0 "$work/names" "$work/command"
    echo $((projects / 100)) >"$work/news"
    follow "1 % has news" $((projects / 100)) "$work/names" "$work/command"
    follow "(one project, made)" 1 "$work/one" "$work/one-project"
    follow "one project, nothing new: starting, unlocking the key, signing" 0 "$work/one" "$work/one-project"
}
[ -z "${COMMANDS-yes}" ] || commands

machine | sed 's/, nginx.*/./'
echo
echo "$projects projects, $files files each, over TLS; an index $([ "${SERIALS-yes}" ] && echo with || echo without) serials."
echo
echo '| pass | projects signed | CPU s | % of the first pass | peak, MiB | seconds |'
echo '|---|---|---|---|---|---|'
first=$(awk -F '|' 'NR == 1 { print $4 }' "$work/table")
awk -F '|' -v OFS='|' -v first="$first" '!/made/ { $5 = sprintf(" %.1f ", 100 * $4 / first); print }' "$work/table"
cat "$work/table.process"
awk -F '|' -v command="$first" '
    /process: from nothing/ && ($4 >= 60 || command >= 60) { print "from nothing: " $4 " s and " command " s (expected: less than 60)"; bad = 1 }
    /process:.*1 % has news/ && $5 > 5 { print "1 % news: " $5 " % (expected: at most 5)"; bad = 1 }
    /command: 1 % has news/ && $4 >= 3 { print "1 % news: " $4 " s (expected: less than 3)"; bad = 1 }
    END { exit bad }' "$work/table" "$work/table.process" >&2
