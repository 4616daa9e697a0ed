"""The parts of a sweep: points, chunks, batches, and the dataset that they fill."""
