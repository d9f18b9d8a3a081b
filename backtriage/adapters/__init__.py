"""Where others meet it: the shell, a terminal, HTTP, MCP, FHIR, and tools of models."""
