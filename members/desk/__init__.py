"""The secretariat's desk: what the admin site's lists, confirmations, histories and start page share."""
