"""The Ministry's list of VAT payers, which is no part of KSeF."""
