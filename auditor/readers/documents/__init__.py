"""Documents: PDF, Office, RTF, HL7 messages, and files in which only runs of text can be found."""
