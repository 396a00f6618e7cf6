"""HTTP: routes, the shapes of requests and answers, who may; nothing else."""
