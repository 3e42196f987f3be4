"""What stands between the spider and the world: borders, manners and the ledger. Scrapy loads each by name."""
