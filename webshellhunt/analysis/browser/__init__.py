"""The browser as the host of scripts: password fields as sources, requests and stores as sinks, events and handlers."""
