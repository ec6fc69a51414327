"""What was read and rendered before, kept on disk and shared by workers and commands.

What a cache holds is believed, so the question is who may put it there. *An entry is made by a
process that has seen nothing but what the entry's key names, or the base branch of the repository
that the key names.* A renderer sees the files of one root, and the digests of all of them are in
the key of what it makes: a repository that could break a renderer would break it again without the
cache. Readings are made ahead of the review, of the base alone, in a confined child process of its
own: the head of a change, which anybody may propose, is never in the process that reads what is
kept, and the process that sees a head puts nothing here. Readings carry the identity of their
repository in their keys, so that no repository decides how the files of another are read.

The parent moves bytes: it never unpickles. It checks that they are what some earlier parent put
there (``entries``), and hands them to a child. A directory that others may write to is not used.
"""
