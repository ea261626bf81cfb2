"""Figures over time, what is required of them, and the table that says both."""


def slope(points):
    """Least squares through (seconds, value): value per second, and its standard error."""
    count = len(points)
    if count < 3:
        return 0.0, float("inf")
    mean_x, mean_y = (sum(column) / count for column in zip(*points))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    rise = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    rest = sum((y - mean_y - rise * (x - mean_x)) ** 2 for x, y in points)
    return rise, (rest / (count - 2) / spread) ** 0.5


def growth(values):
    """By how much the least of the last third exceeds the most of the first: what comes and goes is no growth."""
    third = max(1, len(values) // 3)
    return max(0, min(values[-third:]) - max(values[:third]))


class Verdicts:
    """Requirements, each with its figure and whether it is met."""

    def __init__(self):
        self.rows = []

    def add(self, name, figure, required, is_met):
        self.rows.append((name, figure, required, is_met))

    @property
    def all_met(self):
        return all(row[3] for row in self.rows)

    def table(self):
        rows = [("", "figure", "required", "")]
        rows += [(name, figure, required, "ok" if is_met else "MISSED") for name, figure, required, is_met in self.rows]
        return table(rows)


def table(rows):
    """Rows of texts, in columns."""
    widths = [max(len(str(row[column])) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)
