"""What Alembic runs. Connection and dialect are handed in by volunteer_credit/shared/migrations.py.

There is no alembic.ini: settings come from the environment, as everywhere in the service.
"""

from alembic import context

from volunteer_credit.shared.db import Model

given = context.config.attributes

if context.is_offline_mode():
    context.configure(
        dialect_name=given["dialect_name"],
        target_metadata=Model.metadata,
        literal_binds=True,
        transactional_ddl=True,
    )
else:
    context.configure(connection=given["connection"], target_metadata=Model.metadata)
with context.begin_transaction():
    context.run_migrations()
