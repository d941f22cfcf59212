# A stub of a model, for tests only: what it is asked decides which of the files beside the project it prints, `reply-KIND.md`
# or, for the N-th question of a kind, `reply-KIND-N.md` where it is there.
# `calls.log` counts; while `block-KIND` is there, it waits, and `here-KIND` says so.
here=$(dirname "$0")
prompt=$(cat)
case "$prompt" in
*"Analyse the part of"*) kind=draft ;;
*"Translate the part of"*) kind=translate ;;
*"SANY, the TLA+ parser, does not accept"*) kind=repair ;;
*"Find out which of three it is"*) kind=finding ;;
*) kind=correct ;;
esac
echo "$kind" >> "$here/calls.log"
while [ -e "$here/block-$kind" ]; do
    : > "$here/here-$kind"
    sleep 0.02
done
reply=$here/reply-$kind-$(grep -c "^$kind\$" "$here/calls.log").md
[ -e "$reply" ] || reply=$here/reply-$kind.md
cat "$reply"
