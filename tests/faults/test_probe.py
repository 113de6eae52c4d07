import time
from tests.faults.mariadb_installation import on_mariadb
from tests.faults.killing import wait_for_workers
from tests.installation import new_nip
from concurrent.futures import ThreadPoolExecutor
def test_probe(new_installation, mariadb, chaos):
    for n in (1,4,16):
        inst = on_mariadb(new_installation(), mariadb)
        with inst.running(KSEF_BRIDGE_WORKERS="1") as b:
            wait_for_workers(b,1)
            inst.add_token_profile("p1", new_nip())
            time.sleep(1)
            with ThreadPoolExecutor(n) as pool:
                def ask(_):
                    t=time.monotonic(); a=inst.access_token("p1"); return round(time.monotonic()-t,3), a.status
                print(n, list(pool.map(ask, range(n))))
            inst.add_token_profile("p2", new_nip())
            t=time.monotonic(); a=inst.access_token("p2"); print(time.monotonic()-t)
