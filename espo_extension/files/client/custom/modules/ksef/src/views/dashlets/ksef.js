/** Profiles and certificates in numbers, and what ends next: for administrators, wherever somebody put it. */
define('modules/ksef/views/dashlets/ksef', [
    'views/dashlets/abstract/base',
    'modules/ksef/bridge/ends',
    'modules/ksef/bridge/overview',
], (Base, endsReport, overviewReport) => class extends Base {
    name = 'Ksef'

    templateContent = '<div class="ksef-dashlet"><div class="ksef-overview"></div><div class="ksef-end-list"></div></div>'

    isBridgeReady = false

    afterRender() {
        if (!this.getUser().isAdmin()) {
            this.$el.find('.ksef-dashlet').addClass('text-muted').text(this.translate('No Access'));

            return;
        }

        this.shown = Promise.all([
            this.load('overview', answer => this.showOverview(answer)),
            this.load('ends', answer => this.showEnds(answer.list)),
            this.load('health', answer => this.showHealth(answer)),
        ]);
    }

    /** EspoCRM calls it once, and makes all dashlets of one height: this one takes what it needs. */
    async afterAdding() {
        await this.whenRendered();
        await this.shown;

        const item = this.element?.closest('.grid-stack-item');
        const grid = item?.closest('.grid-stack').gridstack;

        if (grid) {
            const {scrollHeight, clientHeight} = this.element.closest('.panel-body');
            const more = Math.ceil((scrollHeight - clientHeight) / grid.getCellHeight());

            grid.update(item, {h: item.gridstackNode.h + more});
        }
    }

    async load(path, show) {
        try {
            show(await Espo.Ajax.getRequest(`KsefBridge/${path}`));
        } catch (xhr) {
            // EspoCRM itself says why it did not answer.
            if (xhr instanceof Error) {
                throw xhr;
            }
        }
    }

    showOverview(overview = this.overview) {
        this.overview = overview;

        if (overview) {
            this.$el.find('.ksef-overview').empty().append(overviewReport.of(overview, this.getLanguage(), {
                isBridgeReady: this.isBridgeReady,
                moment: value => this.getDateTime().toDisplay(value),
            }));
        }
    }

    showEnds(ends) {
        this.$el.find('.ksef-end-list').empty().append(endsReport.of(ends, this.getLanguage(), end => this.dayOf(end)));
    }

    showHealth(health) {
        this.isBridgeReady = health.status === 'ok';
        this.showOverview();
    }

    dayOf({kind, moment}) {
        const dateTime = this.getDateTime();
        const read = kind === 'Token' ? dateTime.toMomentDate(moment) : dateTime.toMoment(moment);

        return read.format(dateTime.getDateFormat());
    }
});
