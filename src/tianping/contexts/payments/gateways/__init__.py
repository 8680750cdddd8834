"""Payment gateways: a signed HTTP gateway, and the local stand-in that says it is one."""
