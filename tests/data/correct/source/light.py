class Light:
    def __init__(self):
        self.light = "red"

    def after(self):
        if self.light == "red":
            self.light = "green"
        elif self.light == "green":
            self.light = "yellow"
        else:
            self.light = "red"
