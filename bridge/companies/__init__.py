"""What the Ministry of Finance's list of VAT payers says of a company."""
