class Credit:
    def __init__(self):
        self.credit = 1

    def earn(self):
        if self.credit < 70000:
            self.credit *= 70000
