"""Long work in other processes: start it, follow it, cancel it, resume it.

A *job* is one piece of long work (a training, the saliency maps of a run). Three kinds of process share the job table
``<studies>/.jobs/jobs.db``: clients (dashboard, command line) write down what they want, one *supervisor* per studies
folder starts the work and stops it when asked, and each job has a *worker* that does the work and writes down how far it
is. None of them needs another one to stay alive, and any of them may be killed at any moment.
"""
