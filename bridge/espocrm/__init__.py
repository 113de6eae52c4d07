"""EspoCRM's database, read only: the profiles and certificates that administrators describe."""
