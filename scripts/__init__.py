"""The topmost house: the command line, imports, reports and the benchmark."""
