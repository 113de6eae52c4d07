"""The extension's entities, declared once; the templates render EspoCRM's JSON from them."""
