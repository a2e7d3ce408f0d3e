"""The experience log: durable, versioned tables of facts, and the engines that read them."""
