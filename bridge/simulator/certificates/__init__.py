"""KSeF certificates: the authority, enrolment, and files as the portal gives them out."""
