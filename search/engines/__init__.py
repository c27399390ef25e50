"""Where chunks of a search are evaluated: in threads, in processes, or on a dask cluster."""
