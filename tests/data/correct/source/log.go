package log

type Log struct {
	log   []int
	index int
	owner map[int]string
}

// Write moves the next entry here.
func (l *Log) Write() bool {
	if l.index+1 >= len(l.log) {
		return false
	}
	l.log[l.index] = l.log[l.index+1]
	l.index++
	return true
}

// Take forgets who owns a slot.
func (l *Log) Take(slot int) string {
	if name, ok := l.owner[slot]; ok {
		delete(l.owner, slot)
		return name
	}
	return ""
}
