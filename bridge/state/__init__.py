"""The state database, on which sessions and enrolment stand: tables, leases, its clock."""
