"""From a running EspoCRM to a bridge that serves it: the steps of `ksef-bridge init`.

`machine` is what the steps may do to this machine, `espocrm` what they must know of EspoCRM. Each
step says in words what it will do, whether that is done already, does it, and takes it back.
"""
