"""What several processes share: long work, leases, news, limits."""
