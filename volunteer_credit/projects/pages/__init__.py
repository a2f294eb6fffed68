"""The pages of projects."""

from flask import Blueprint

from volunteer_credit.projects.pages import manage, own, public, publish, ventures

PAGES: tuple[Blueprint, ...] = (
    public.pages,
    own.pages,
    publish.pages,
    manage.pages,
    ventures.pages,
)
