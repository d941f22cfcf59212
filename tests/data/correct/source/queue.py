class Queue:
    def __init__(self):
        self.queue = []
        self.last = 0

    def put(self, item):
        if len(self.queue) < 2:
            self.queue.append(item)

    def get(self):
        if self.queue:
            self.last = self.queue[0]
            del self.queue[0]
