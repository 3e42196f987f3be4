"""The spiders; `scrapy list` shows them."""
