"""What the API server calls: Services, and the webhooks and APIs that have it call them."""
