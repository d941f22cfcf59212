# Every child of the program under test comes by here first. While `hold-new` is there, one that was never held before
# says its number in `held` and waits to be killed; while `hold` is there, every one of the kind that it names.
here=$MOMENTS
what="$1 $(pwd | sed -e 's|.*/\.specgen/[^/]*/||' -e 's|partial-[^/]*|partial|' -e "s|^$here|.|") $2"
new() { [ -e "$here/hold-new" ] && ! grep -qxF "$what" "$here/held.log" 2> /dev/null; }
if [ "$(cat "$here/hold" 2> /dev/null)" = "$1" ] || new; then
    echo "$what" >> "$here/held.log"
    echo "$$" >> "$here/held"
    sleep 600
fi
