"""models/report.html: the whole comparison as one page that needs nothing else."""
