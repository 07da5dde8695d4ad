"""Text in pixels: views, a screen, engines, and lines put together as a person reads them."""
