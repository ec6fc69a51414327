"""Whether the API server gets through to what it calls: webhooks, conversions, aggregated APIs."""
