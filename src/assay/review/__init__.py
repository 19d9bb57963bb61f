"""From a ledger of observations to a verdict per class."""
