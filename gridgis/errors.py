"""What gridgis refuses, in its own words.

Every refusal is a `GridgisError`; its text tells the caller the place, the reason and the next
step, and may be shown as it is. Subclasses live beside the concern that raises them. The service
translates each class into an HTTP status in one table (`api.problems`); the command line prints
the text and exits 1. Anything that is not a `GridgisError` is a defect.
"""


class GridgisError(Exception):
    """The root of all refusals."""
