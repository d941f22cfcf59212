# A stand-in for a harness: the trace of a counter that counts up to three, as the instrumented copy would write it.
# If `stray-once` is there, it also leaves something behind that no signal to its group reaches and that writes on and on.
seed=$1
trace=$2
if rm "$MOMENTS/stray-once" 2> /dev/null; then
    setsid sh -c 'echo $$ > "$0/stray"; while [ -e "$0/stray" ]; do { echo stray >> "$1"; } 2> /dev/null; done' "$MOMENTS" "$trace" \
        < /dev/null > /dev/null 2>&1 &
fi
{
    echo "{\"specgen_trace\":1,\"system\":\"counter\",\"nodes\":[\"c1\"],\"seed\":$seed}"
    sh "$MOMENTS/moment.sh" record "$seed"
    for n in 1 2 3; do
        echo "{\"seq\":$n,\"event\":\"Up\",\"node\":\"c1\",\"params\":{},\"state\":{\"n\":$n},\"probe\":\"counter.go:9\",\"function\":\"(*Counter).Up\",\"path\":[]}"
    done
} > "$trace"
