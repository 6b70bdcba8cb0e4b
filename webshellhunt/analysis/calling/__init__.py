"""Calls: functions and objects of the page, of libraries, and of the server around it."""
