"""The core of gridgis: values and pure functions on arrays. No I/O, no clock, no SQL, no HTTP."""
