# Words of the whole product

close = Close
cancel = Cancel
undo = Undo
redo = Redo
changed-elsewhere = Changed elsewhere
bytes = { $count } bytes
kilobytes = { $count } kB
megabytes = { $count } MB
designs-count = { $count ->
    [one] { $count } design
   *[other] { $count } designs
}
templates-count = { $count ->
    [one] { $count } template
   *[other] { $count } templates
}
renders-count = { $count ->
    [one] { $count } picture
   *[other] { $count } pictures
}

# Errors of any place

error-not-found = This is not here.
error-forbidden = Your role in this workspace does not allow this. Ask one of its admins.
error-busy = The server is very busy just now. Nothing is lost; try again in a moment.
error-other-workspace = This page shows another workspace than the one now open in this browser, { $workspace }. Nothing was changed. Reload the page to go on in { $workspace }, or open the other workspace again.
error-other-site = This does not come from a page of this site, so nothing was changed. Open the page here and try again.
error-no-workspace = You are not a member of this workspace, or not any more. Open another of your workspaces, or ask one of its admins.
error-too-large = This is more than { $limit } MB, which is the most that can be sent here.
error-text = This text holds a character that cannot be kept. Type it anew instead of pasting it.
error-unavailable = The database or the file storage does not answer just now. Nothing is lost; try again in a moment.
error-needs-too-much-memory = This needs { $needed } MB of memory, and this server gives at most { $limit } MB to one picture. Use smaller images or a smaller size.
error-too-many-downloads = { $limit } downloads of this workspace are under way, which is the most at a time. Wait until one has ended.
error-upload-broken-off = The file did not arrive whole. Check the connection and upload it again.
error-file-removed = A file that nothing had used for a day was removed just now. Add it again.
error-storage-full = The storage is full, so nothing was saved. Free some space or ask whoever runs this server, then try again.
error-internal = Something went wrong on our side. It has been logged; try again, and tell us if it stays.
error-offline = The server cannot be reached. Check the connection and try again.
part-failed = This page could not be loaded. Check the connection and try again. If that does not help, the product may have been renewed meanwhile: reload the page.
part-again = Try again
part-reload = Reload
error-form = The form did not arrive as it was filled in. Reload the page and try again.
error-signed-out = You are signed out. Sign in again to go on.
name-length = A name has 1 to 120 characters.
unavailable-title = One moment
unavailable-text = The database does not answer just now. Nothing is lost; this page tries again by itself.
not-found-title = There is nothing here
not-found-text = The address may be wrong, or what stood here is gone.
no-workspace-title = No workspace has this address
no-workspace-text = The address may be written wrongly, or the workspace is gone.
misdirected-text = This server does not answer under this name.
not-found-home = To the start

# The frame around every page

frame-skip = Skip to the content
frame-navigation = Main
frame-workspace = Workspace
frame-open-workspace = Open { $workspace }
frame-sign-out = Sign out
nav-home = Home
nav-designs = Designs
nav-templates = Templates
nav-renders = Renders
nav-members = Members
nav-account = Your account
nav-audit = Audit log
connection-server-away = The server cannot be reached. Trying again…
events-network-full = { $limit } pages of this network are open, which is the most that are told of changes at once. This one looks for changes itself now and then.
events-browser-full = This browser has { $limit } pages open, which is the most that are told of changes at once. This one looks for changes itself now and then; close others to see changes here at once.
events-workspace-full = { $limit } pages of this workspace are open, which is the most that are told of changes at once. This one looks for changes itself now and then.
connection-database-away = The database does not answer. Nothing is lost; trying again…
verify-note = Please confirm your e-mail address with the link we sent.
verify-again = Send it again
verify-sent = Sent.

# Signing up and in

field-workspace = Workspace name
field-subdomain = Address
field-subdomain-hint = 3 to 63 small letters, digits and hyphens; part of your workspace's web address.
field-email = E-mail
field-password = Password
field-password-hint = At least 10 characters.
field-new-password = New password
sign-up-title = Create your workspace
sign-up-lead = Turn product photos into templates and see every design on them at once.
sign-up-do = Create workspace
sign-up-have = Already have an account?
sign-up-have-link = Sign in
sign-in-title = Sign in
sign-in-do = Sign in
sign-in-forgot = Forgot your password?
sign-in-new = New here?
sign-in-new-link = Create a workspace
back-to-sign-in = Back to sign-in
account-workspace-length = A workspace's name has 1 to 80 characters.
account-subdomain-length = An address has 3 to 63 characters.
account-subdomain-characters = An address has only small letters a to z, digits and hyphens, with no hyphen at either end.
account-subdomain-reserved = This address is reserved for the product itself. Choose another.
account-subdomain-taken = This address is taken. Choose another.
account-email-invalid = This is not an e-mail address.
account-email-taken = There is an account with this address. Use its password here to add a workspace to it, or reset it first.
account-password-length = A password has { $least } to { $most } characters.
account-sign-in-wrong = E-mail and password do not fit together.
account-throttled = { $minutes ->
    [one] Too many attempts. Try again in a minute.
   *[other] Too many attempts. Try again in { $minutes } minutes.
}
account-link-expired = This link was used already or is too old. Ask for a new one.
forgot-title = Reset your password
forgot-lead = We send a link to your address with which you choose a new password.
forgot-do = Send the link
forgot-sent = If there is an account with this address, the link is on its way.
reset-title = Choose a new password
reset-do = Save and sign in
verify-title = Confirm your address
verify-lead = One press, and your address is confirmed.
verify-do = Confirm
verify-done = Your address is confirmed.
verify-go-on = Go on
invite-title = Join a workspace
invite-lead = You are invited to { $workspace } as { $role }.
invite-password-existing = The password of your account.
invite-do = Join

# Mail

mail-verify-subject = Confirm your e-mail address
mail-verify-body =
    Welcome to Vitrine. Confirm your address with this link:

    { $link }

    It works once, for three days. If you did not sign up, ignore this message.
mail-reset-subject = Reset your password
mail-reset-body =
    Choose a new password with this link:

    { $link }

    It works once, for two hours. If you did not ask for it, ignore this message; your password stays as it is.
mail-invite-subject = You are invited to a workspace on Vitrine
mail-invite-body =
    { $sender } invites you to the workspace { $workspace } on Vitrine. If you know them, join with this link:

    { $link }

    It works once, for 14 days.
outbox-title = Outbox
outbox-lead = No mail server is configured, so mail stays here. This page exists only in development.
outbox-empty-title = No mail yet
outbox-empty-text = Sign up, invite somebody or reset a password, and the message appears here.

# Home

home-title = First steps
home-step-design = Add a design
home-step-design-text = Upload the art you sell: PNG, JPEG or WebP.
home-step-template = Make a template
home-step-template-text = Upload a product photo, place the design area and draw its mask.
home-step-render = Render your mockups
home-step-render-text = Get every design on the product in high resolution.
demo-title = Just looking around?
demo-text = Fill this workspace with four designs and twelve product templates of our own.
demo-do = Add the demonstration set
demo-asked = On its way; it appears piece by piece.

# Uploads

upload-progress = Uploading
upload-checking = Checking the picture…
upload-done = Added
upload-cancel = Cancel
upload-dismiss = Dismiss
upload-empty = The file is empty. Choose another.
upload-not-an-image = This is not a PNG, JPEG or WebP picture, whatever its name says.
upload-too-large = The file is larger than { $limit } MB. Save it smaller and try again.
upload-too-many-pixels = The picture is { $width } × { $height } px; at most { $limit } px a side are allowed.
upload-cmyk = The picture is in CMYK colours for printing. Save it as RGB and try again.
upload-heic = This is a HEIC photo from a phone. On an iPhone choose Settings, Camera, Formats, Most Compatible, or export the photo as a JPEG, and try again.
upload-foreign = This is a file of the kind { $format }. Save it as PNG, JPEG or WebP and try again.
upload-jpeg-arithmetic = This JPEG uses arithmetic coding, which hardly any program reads. Save it as an ordinary JPEG or as PNG and try again.
upload-jpeg-lossless = This is a lossless JPEG, which hardly any program reads. Save it as an ordinary JPEG or as PNG and try again.
upload-jpeg-hierarchical = This is a hierarchical JPEG, which hardly any program reads. Save it as an ordinary JPEG or as PNG and try again.
upload-jpeg-precision = This JPEG has { $bits } bits per sample; 8 are read. Save it as an ordinary JPEG or as PNG and try again.
upload-jpeg-components = This JPEG has { $count } colour components. Save it as RGB and try again.
upload-jpeg-no-height = This JPEG does not say how high it is. Save it again as an ordinary JPEG or as PNG and retry.
upload-jpeg-too-many-scans = This JPEG is built of too many scans. Save it as an ordinary JPEG or as PNG and try again.
upload-profile-too-large = The picture's colour profile is too large. Save it with an ordinary profile such as sRGB and try again.
upload-out-of-memory = Reading this picture takes more memory than there is. Save it smaller, or as an ordinary JPEG or PNG, and try again.
upload-damaged = The picture is damaged or incomplete. Export it again and retry.

# Designs

designs-upload = Upload designs
designs-upload-hint = Or drop files here, or paste. PNG, JPEG or WebP, up to 100 MB and 10,000 px a side.
designs-empty-title = No designs yet
designs-empty-text = Designs you upload appear here, ready to be tried on every template.
designs-name = Name of the design
designs-trash = Move { $name } to the trash
designs-trashed = Moved to the trash; it stays there for 30 days.

# Templates

templates-upload = New template from a photo
templates-upload-hint = Or drop or paste a product photo anywhere. PNG, JPEG, WebP or a .vitrine file.
templates-empty-title = No templates yet
templates-empty-text = A template is a product photo with a place for your designs. Upload a photo to begin.
templates-render = Render
templates-download = Download { $name } as a .vitrine file
templates-trash = Move { $name } to the trash
templates-trashed = Moved to the trash; it stays there for 30 days.
template-file-broken = This .vitrine file cannot be read: { $reason }
template-broken = The template could not be read: { $reason }
template-changed-elsewhere = Somebody saved this template meanwhile. Load their version to go on; your last changes are not in it.
template-mask-too-laborious = The masks of this template could take { $seconds } seconds to draw, that of the layer “{ $layer }” the longest; at most { $limit } are allowed. Use fewer points or a smaller brush in that mask.
template-too-many-pixels = The pictures of this template have { $millions } million pixels together; at most { $limit } million are allowed. Remove some of them or use smaller ones.
template-image-missing = The template refers to a picture that is no longer here.

# Ordering renders

order-title = Render
order-designs = Designs
order-all = Choose all { $count }
order-none = Choose none
order-no-designs = There is nothing to render yet. Add a design first.
order-unsaved = Your last changes of this template are not saved yet, so it cannot be rendered.
order-unsaved-open = Open the editor
order-size = Size
order-size-own = as the photo
order-size-preview = as the preview
order-format = File
order-format-jpeg = small, for listings; white where nothing covers
order-format-png = lossless
order-format-webp = smallest, for your own website
order-do = { $count ->
    [0] Choose designs
    [one] Render { $count } picture
   *[other] Render { $count } pictures
}
renders-no-design = Choose at least one design.
renders-too-many = At most { $limit } pictures fit into one batch.

# Renders

renders-empty-title = No renders yet
renders-empty-text = Choose a template and the designs to put on it; the finished pictures gather here.
batch-progress = { $done } of { $total }
batch-progress-label = Pictures done
batch-kept = Pictures are kept for { $days } days after they were ordered; download those you need longer.
batch-done = Done
batch-failed-count = { $count } failed
batch-cancelled-count = { $count } cancelled
batch-zip = Download all
batch-cancel = Cancel
batch-retry = Try again
render-queued = Waiting…
render-cancelled = Cancelled
render-alt = { $design } on { $template }
render-download = Download { $name }
failure-internal = This picture could not be made. Try again; if it fails again, tell us.
renders-too-laborious = At this size the template is as much work as { $effort } million pixels of a layer; at most { $limit } can be made. Choose a smaller size, or use fewer layers and simpler masks.
renders-mask-too-laborious = At this size the masks could take { $seconds } seconds to draw, that of “{ $layer }” the longest; at most { $limit } are allowed. Choose a smaller size, or use fewer points or a smaller brush in that mask.
failure-masks-too-laborious = The masks of this template take too long to draw at this size. Choose a smaller size, or use fewer points or smaller brushes in them.
failure-too-slow = It takes longer than one job may. Order it smaller, or with fewer layers.
failure-too-large = The template has more photos and masks than fit in memory at this size. Choose a smaller size, or use fewer of them.
failure-image-gone = A file this picture needs is gone. Upload it again.

# People

role-viewer = Viewer
role-editor = Editor
role-admin = Admin
role-owner = Owner
members-invite = Invite somebody
members-invite-text = They get a link by mail with which they join. You can also hand it over yourself.
members-role = Role
members-invite-do = Invite
members-invited = Invited. The link, once more:
members-invitation-until = until { $day }
members-withdraw = Withdraw
members-role-of = Role of { $email }
members-remove = Remove { $email }
members-role-too-high = Your role cannot give or take that role.
members-last-owner = A workspace needs an owner. Make somebody else owner first.
members-confirm-first = Confirm your own e-mail address first, with the link we sent you. Then you can invite others.
members-invitations-full = { $most } invitations are open already. Withdraw some first.
members-already-member = This person is a member already.
sessions-title = Where you are signed in
sessions-current = This browser
sessions-end = Sign out
sessions-end-others = Sign out everywhere else
password-title = Password
password-text = We send you a link to choose a new one. All browsers are signed out then.
password-do = Change password
audit-when = When
audit-who = Who
audit-action = What
audit-object = Which
