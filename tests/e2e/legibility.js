/** What cannot be read on a page: beyond the window's edge, cut, or hardly different from what is behind it. */
(({places, least}) => {
    const shown = [...document.querySelectorAll(places)].flatMap(place => {
        const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
        const texts = [];

        while (walker.nextNode()) {
            const range = document.createRange();

            range.selectNodeContents(walker.currentNode);
            texts.push({
                text: walker.currentNode.data.trim(),
                box: range.getBoundingClientRect(),
                element: walker.currentNode.parentElement,
            });
        }

        // What is there for those who listen takes no room.
        return texts.filter(({text, box, element}) =>
            text && box.width && box.height && element.checkVisibility() && !element.closest('.sr-only'));
    });

    const told = ({text, element}) => {
        const named = element.closest('[data-name]');

        return `${text.slice(0, 60)} (${element.className || named?.dataset.name || element.tagName})`;
    };

    const around = element => {
        const found = [];

        for (; element; element = element.parentElement) {
            found.push(element);
        }

        return found;
    };

    const width = document.documentElement.clientWidth;
    const isScrolled = each =>
        ['auto', 'scroll'].includes(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth;
    const beyond = shown.filter(({box, element}) =>
        (box.right > width + 1 || box.left < -1) && !around(element).some(isScrolled));

    const hides = (each, box) => {
        const edge = each.getBoundingClientRect();

        return ['hidden', 'clip'].includes(getComputedStyle(each).overflowX) &&
            (box.right > edge.right + 1 || box.left < edge.left - 1);
    };
    // What is scrolled into view can be read, whatever is around it.
    const inSight = element => {
        const all = around(element);
        const scroller = all.findIndex(isScrolled);

        return scroller < 0 ? all : all.slice(0, scroller);
    };
    // A name is as long as whoever gave it wanted.
    const cut = shown.filter(({box, element}) =>
        !element.closest('td[data-name="name"]') && inSight(element).some(each => hides(each, box)));

    const channels = colour => colour.match(/[\d.]+/g).map(Number);
    const over = ([red, green, blue, alpha = 1], under) =>
        [red, green, blue].map((channel, index) => channel * alpha + under[index] * (1 - alpha));
    const ground = element => around(element).reverse()
        .reduce((under, each) => over(channels(getComputedStyle(each).backgroundColor), under), [255, 255, 255]);
    const luminance = colour => {
        const [red, green, blue] = colour.map(channel => channel / 255).map(channel =>
            channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);

        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const contrast = element => {
        const behind = ground(element);
        const ink = over(channels(getComputedStyle(element).color), behind);
        const [darker, lighter] = [luminance(behind), luminance(ink)].sort((one, other) => one - other);

        return (lighter + 0.05) / (darker + 0.05);
    };
    const faint = shown.map(each => ({...each, ratio: contrast(each.element)})).filter(({ratio}) => ratio < least);

    return {
        texts: shown.length,
        beyond: beyond.map(told).concat(document.documentElement.scrollWidth > width + 1 ? ['the page itself'] : []),
        cut: cut.map(told),
        faint: faint.map(each => `${each.ratio.toFixed(2)} ${told(each)}`),
    };
})
