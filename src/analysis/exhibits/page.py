"""Imported by a kernel that makes a page: its charts are shown as pages have them."""

from analysis.exhibits.chart import Chart

Chart.live = True
