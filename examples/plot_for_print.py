"""
One figure for a journal, in grey, and for a slide
==================================================

A journal wants a figure as wide as its column, with small letters, as vectors, and often without colours; an audience wants large letters. How does one
figure become all of these without a change to the code that draws it? By the look in which it is drawn. The model is that of
:cite:t:`zagare2000perfect`.
"""

# %%
# Inside ``with ag.plotting.style(...)`` figures have the size and the letters of their purpose. Files that are saved inside the block keep their text
# as text, so that a copy editor can search and change it. Nothing changes outside of it.

import io

import matplotlib.pyplot as plt

import alliancegames as ag

model = ag.models.UnilateralDeterrence()
figures = {}
for look in ("journal", "slide"):
    with ag.plotting.style(look):
        figures[look] = model.plot().figure
        file = io.BytesIO()
        figures[look].savefig(file, format="pdf")
    width, height = figures[look].get_size_inches()
    print(f"{look}: {width:g} by {height:g} inches, {len(file.getvalue()) // 1000} kB of PDF")

# %%
# Without colours: what colours say in the figures of this package is said by hatches, dashes, markers or lightness as well.

with ag.plotting.style("journal"):
    figures["journal, grey"] = ag.plotting.to_grey(model.plot().figure)

# %%
# The result
# ----------
#
# The three side by side, scaled to one height. On paper the first is a column wide.

# sphinx_gallery_thumbnail_number = -1
pictures = {}
for look, figure in figures.items():
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=720 / figure.get_size_inches()[1])
    file.seek(0)
    pictures[look] = plt.imread(file)
    plt.close(figure)
fig, axes = plt.subplots(1, 3, figsize=(9.0, 3.0), layout="constrained", width_ratios=[image.shape[1] for image in pictures.values()])
for ax, (look, image) in zip(axes, pictures.items(), strict=True):
    ax.imshow(image)
    ax.set_axis_off()
    ax.set_title(look, loc="left", fontsize="medium")
fig.suptitle(f"One figure, {len(pictures)} purposes", x=0.01, ha="left")
ag.plotting.show()
