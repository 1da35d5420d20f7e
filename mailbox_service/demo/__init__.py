"""The invented city of Qinghe: its offices, people and letters, for demonstrations and for trying things out.

Every person, street, phone and address here is made up. Nothing in this room is read by a real installation.
"""
