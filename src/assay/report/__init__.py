"""Reports read a review and nothing else."""
