"""Reading a login document that was signed elsewhere: what is signed in it, and by whom. Pure."""
