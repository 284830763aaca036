//! The database, and the two kinds of transaction that can see anything a tenant owns.

mod arrival;

use std::{marker::PhantomData, str::FromStr, time::Duration};

use document::words::UnknownWord;
use domain::{AccountId, TenantId, change::Topic, tenancy::Role};
use sqlx::{
    Connection, PgConnection, PgExecutor, PgPool, Postgres, Transaction,
    migrate::Migrator,
    postgres::{PgListener, PgPoolOptions},
};

use crate::{
    Result, ServiceError,
    access::Actor,
    changes::{Change, ChangeSet},
};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error(transparent)]
    Unreachable(#[from] ConnectError),
    #[error("the database could not be brought to this version's form: {0}")]
    Failed(#[from] sqlx::migrate::MigrateError),
}

/// A column's word as the value it stands for. The column's check knows the same words.
pub fn column<T: FromStr<Err = UnknownWord>>(word: &str) -> Result<T> {
    word.parse().map_err(ServiceError::internal)
}

/// Brings the database to this version's form, as the tables' owner: forward only, nothing where all is applied.
///
/// # Errors
/// [`MigrateError`].
pub async fn migrate(owner_url: &str) -> Result<(), MigrateError> {
    let mut connection = arrival::connect(owner_url, arrival::PATIENCE).await?;
    MIGRATIONS.run(&mut connection).await?;
    connection.close().await.map_err(ConnectError::Unreachable)?;
    Ok(())
}

/// The database, as the application role: what the requests and jobs of a process share.
#[derive(Clone)]
pub struct Database {
    pool: PgPool,
}

/// One request's or job's way to the database: to one connection at a time. A transaction borrows it, so nothing can ask
/// for a second connection inside of one, which is how a few requests hold the whole pool against everybody.
///
/// ```compile_fail,E0499
/// async fn two_at_once(db: &mut platform::db::Db, tenant: domain::TenantId) -> platform::Result<()> {
///     let first = db.tenant(tenant).await?;
///     let second = db.begin().await?;
///     first.commit().await?;
///     second.commit().await
/// }
/// ```
pub struct Db {
    pool: PgPool,
}

/// Why the program refuses to work with a database.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error("the database cannot be reached: {0}")]
    Unreachable(#[from] sqlx::Error),
    #[error("the database let nobody in for {seconds} s ({last}); see its log, and start again once it answers")]
    NotReady { seconds: u64, last: String },
    #[error(
        "DATABASE_URL connects as `{0}`, which can bypass row-level security or owns the tables; connect as vitrine_app"
    )]
    TooPowerful(String),
}

impl Database {
    /// Connects and makes sure that the role cannot see past row-level security. A database that is starting up or
    /// recovering is waited for.
    ///
    /// # Errors
    /// [`ConnectError`].
    pub async fn connect(url: &str, connections: u32) -> Result<Self, ConnectError> {
        // Not by the pool, whose patience is that of a request.
        let mut first = arrival::connect(url, arrival::PATIENCE).await?;
        let role = sqlx::query!(
            r#"select current_user::text as "name!",
                (rolsuper or rolbypassrls or exists (
                    select from pg_tables where schemaname = 'public' and tableowner = current_user
                )) as "too_powerful!"
            from pg_roles where rolname = current_user"#
        )
        .fetch_one(&mut first)
        .await?;
        first.close().await?;
        if role.too_powerful {
            return Err(ConnectError::TooPowerful(role.name));
        }
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(5))
            .connect_lazy(url)?;
        Ok(Self { pool })
    }

    pub fn db(&self) -> Db {
        Db { pool: self.pool.clone() }
    }

    /// A connection of its own that hears what is told on the channel.
    pub async fn listen(&self, channel: &str) -> Result<PgListener, sqlx::Error> {
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(channel).await?;
        Ok(listener)
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl Db {
    /// For tables that belong to no tenant.
    pub fn global(&mut self) -> impl PgExecutor<'_> {
        &self.pool
    }

    /// A transaction for tables that belong to no tenant.
    ///
    /// In a task of its own: a request that its browser gives up is dropped at any await, and sqlx hands a connection
    /// whose BEGIN was under way back to the pool with the transaction open, where the next statement would be lost in it.
    pub async fn begin(&mut self) -> Result<GlobalTx<'_>> {
        let pool = self.pool.clone();
        let tx = tokio::spawn(async move { pool.begin().await }).await??;
        Ok(GlobalTx { tx, only: PhantomData })
    }

    /// A transaction that sees and changes this tenant's rows and no other's.
    pub async fn tenant(&mut self, tenant: TenantId) -> Result<TenantTx<'_>> {
        let mut tx = self.begin().await?;
        sqlx::query!("select set_config('app.tenant_id', $1, true)", tenant.to_string()).fetch_one(tx.conn()).await?;
        Ok(TenantTx { tx, tenant, changes: ChangeSet::default() })
    }

    /// A transaction that sees this person's own memberships and the tenants they belong to.
    pub async fn account(&mut self, account: AccountId) -> Result<GlobalTx<'_>> {
        let mut tx = self.begin().await?;
        sqlx::query!("select set_config('app.account_id', $1, true)", account.to_string()).fetch_one(tx.conn()).await?;
        Ok(tx)
    }

    /// What a person is in a workspace; `None` where they are no member.
    pub async fn role(&mut self, account: AccountId, tenant: TenantId) -> Result<Option<Role>> {
        let mut tx = self.account(account).await?;
        let role = sqlx::query_scalar!(
            "select role from memberships where account_id = $1 and tenant_id = $2",
            account.0,
            tenant.0
        )
        .fetch_optional(tx.conn())
        .await?;
        role.map(|role| column(&role)).transpose()
    }

    /// All tenants, for what is done for each of them.
    pub async fn tenants(&mut self) -> Result<Vec<TenantId>> {
        let tenants = sqlx::query_scalar!("select tenant_id from subdomains").fetch_all(&self.pool).await?;
        Ok(tenants.into_iter().map(TenantId).collect())
    }

    /// Whether the database answers now.
    pub async fn answers(&mut self) -> bool {
        let asked = sqlx::query_scalar!(r#"select 1 as "one!""#).fetch_one(&self.pool);
        matches!(tokio::time::timeout(Duration::from_secs(2), asked).await, Ok(Ok(_)))
    }
}

/// A transaction bound to no tenant, or to one person. It leads to no other connection. Dropped, it has changed nothing.
#[must_use]
pub struct GlobalTx<'db> {
    tx: Transaction<'static, Postgres>,
    only: PhantomData<&'db mut Db>,
}

impl GlobalTx<'_> {
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.tx
    }

    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}

/// A transaction bound to one tenant. There is no other way to a tenant's tables. Dropped, it has changed nothing.
#[must_use]
pub struct TenantTx<'db> {
    tx: GlobalTx<'db>,
    tenant: TenantId,
    changes: ChangeSet,
}

impl TenantTx<'_> {
    pub fn conn(&mut self) -> &mut PgConnection {
        self.tx.conn()
    }

    pub fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Says what the transaction changes and who does it: for the audit log, and for the pages that show it.
    pub fn changed(&mut self, actor: &Actor, change: Change) {
        self.changes.add(actor, change);
    }

    /// Tells the pages that show it of something that nobody does, such as a job's end.
    pub fn tell(&mut self, topic: impl Into<Topic>) {
        self.changes.tell(topic.into());
    }

    /// Writes what changed, and commits both or neither.
    ///
    /// # Errors
    /// Nothing is committed where the database does not answer, or where a change was made by a member of another tenant.
    pub async fn commit(mut self) -> Result<()> {
        self.changes.write(self.tx.conn(), self.tenant).await?;
        self.tx.commit().await
    }
}
