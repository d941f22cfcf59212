sh "$MOMENTS/moment.sh" build harness
cp record.sh "$1/record.sh"
